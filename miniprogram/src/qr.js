// Draws the modules that the platform worked out; the code's content never passes through this program.

/** Scanners need this many light modules around a code (ISO/IEC 18004). */
const QUIET = 4;

/**
 * Say whether these are the rows of a square code.
 * @param {unknown} matrix
 */
function isMatrix(matrix) {
  return (
    Array.isArray(matrix) &&
    matrix.length > 0 &&
    matrix.every((row) => typeof row === 'string' && row.length === matrix.length && /^[01]+$/.test(row))
  );
}

/**
 * Draw a code in the middle of a square canvas.
 * @param {{ fillStyle: any, fillRect(x: number, y: number, width: number, height: number): void }} context
 * @param {string[]} matrix
 * @param {number} side of the canvas, in its own pixels
 */
function draw(context, matrix, side) {
  const count = matrix.length;
  // Whole pixels only: blurred edges cost cheap scanners their grip.
  const dot = Math.floor(side / (count + 2 * QUIET));
  const start = Math.floor((side - dot * count) / 2);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, side, side);
  context.fillStyle = '#000000';
  matrix.forEach((row, y) => {
    for (let x = 0; x < count; x += 1) {
      if (row[x] === '1') context.fillRect(start + x * dot, start + y * dot, dot, dot);
    }
  });
}

module.exports = { QUIET, isMatrix, draw };
