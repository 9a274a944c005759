"""The map of grids: reading files, finding what is wrong with them, point → grid."""
