/* A small map with one point; the grids' outlines stand in where there are no tiles. */
(function () {
  'use strict';
  var here = document.currentScript, point = JSON.parse(document.getElementById('point').textContent), tiles = JSON.parse(document.getElementById('tiles').textContent);
  var L = window.L, map = L.map('map', { attributionControl: false, scrollWheelZoom: false }).setView(point, 15);
  if (tiles) { L.tileLayer(tiles).addTo(map); }
  L.circleMarker(point, { radius: 9, color: '#fff', weight: 3, fillColor: '#b3202a', fillOpacity: 1 }).addTo(map);
  fetch(here.dataset.outlines).then(function (r) { return r.json(); }).then(function (all) {
    L.geoJSON(all, { interactive: false, style: { color: '#a8a29c', weight: 1, fillColor: '#fff', fillOpacity: tiles ? 0 : 0.7 } }).addTo(map).bringToBack();
  });
}());
