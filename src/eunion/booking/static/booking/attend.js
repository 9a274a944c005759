/* Scanned means here: the page signs in by itself; the button is for phones without scripts. */
document.getElementById('sign-in').submit();
