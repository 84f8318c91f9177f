// The forward computation of the course's notation, as bplib.network has it, and slopes by nudging.
//
// Matrices are { rows, columns, data } with the numbers row by row. A slope is found by nudging one
// number by an imaginary amount (bplib.derivatives says why): nothing here sends an error back.

export function matrix(rows, columns, data = new Float64Array(rows * columns)) {
  return { rows, columns, data };
}

export function fromRows(rows) {
  return matrix(rows.length, rows[0].length, Float64Array.from(rows.flat()));
}

export function copyOf(M) {
  return matrix(M.rows, M.columns, Float64Array.from(M.data));
}

export function at(M, i, j) {
  return M.data[i * M.columns + j];
}

export function put(M, i, j, value) {
  M.data[i * M.columns + j] = value;
}

export function product(P, Q) {
  const result = matrix(P.rows, Q.columns);
  for (let i = 0; i < P.rows; i++)
    for (let k = 0; k < P.columns; k++) {
      const factor = P.data[i * P.columns + k];
      for (let j = 0; j < Q.columns; j++)
        result.data[i * Q.columns + j] += factor * Q.data[k * Q.columns + j];
    }
  return result;
}

export function columnsOf(M, chosen) {
  const result = matrix(M.rows, chosen.length);
  for (let i = 0; i < M.rows; i++)
    chosen.forEach((j, place) => put(result, i, place, at(M, i, j)));
  return result;
}

export function plus(P, Q, factor = 1) {
  return matrix(P.rows, P.columns, P.data.map((value, i) => value + factor * Q.data[i]));
}

// Activations, each for a number and for a number with an imaginary nudge.

const sigmoid = (z) => 0.5 * (1 + Math.tanh(0.5 * z));

export const ACTIVATIONS = {
  tanh: Math.tanh,
  sigmoid,
  relu: (z) => (z > 0 ? z : 0),
  identity: (z) => z,
};

const STEP = 1e-20;

// The imaginary part of tanh(z + i nudge); for large |z| the quotient is written so that it
// cannot overflow.
function imaginaryTanh(z, nudge) {
  const shrunk = Math.exp(-2 * Math.abs(z));
  const whole = (1 + shrunk * shrunk) / 2 + shrunk * Math.cos(2 * nudge);
  return (shrunk * Math.sin(2 * nudge)) / whole;
}

const IMAGINARY = {
  tanh: imaginaryTanh,
  sigmoid: (z, nudge) => 0.5 * imaginaryTanh(0.5 * z, 0.5 * nudge),
  relu: (z, nudge) => (z > 0 ? nudge : 0),
  identity: (z, nudge) => nudge,
};

export function slopeAt(z, activation = "tanh") {
  return IMAGINARY[activation](z, STEP) / STEP;
}

// The network and its loss

export function forward(A, B, X, activation = "tanh", offset = null) {
  const Z = offset ? plus(product(A, X), offset) : product(A, X);
  const H = matrix(Z.rows, Z.columns, Z.data.map(ACTIVATIONS[activation]));
  return { Z, H, Y_hat: product(B, H) };
}

export function sampleLosses(Y_hat, Y) {
  const losses = new Float64Array(Y.columns);
  for (let k = 0; k < Y.rows; k++)
    for (let n = 0; n < Y.columns; n++) losses[n] += 0.5 * (at(Y_hat, k, n) - at(Y, k, n)) ** 2;
  return losses;
}

export function meanLoss(Y_hat, Y) {
  return sampleLosses(Y_hat, Y).reduce((sum, loss) => sum + loss, 0) / Y.columns;
}

export function networkLoss(A, B, X, Y, activation = "tanh", offset = null) {
  return meanLoss(forward(A, B, X, activation, offset).Y_hat, Y);
}

// Slopes of the mean loss, each quantity nudged by itself

// How the loss of sample n moves when its predictions move by the imaginary `moves`:
// the imaginary part of half the square of (error + i move) is their product.
function lossMoves(Y_hat, Y, n, moves) {
  let sum = 0;
  for (let k = 0; k < Y.rows; k++) sum += (at(Y_hat, k, n) - at(Y, k, n)) * moves(k);
  return sum / Y.columns;
}

export function slopesInPredictions(Y_hat, Y) {
  const slopes = matrix(Y.rows, Y.columns);
  for (let k = 0; k < Y.rows; k++)
    for (let n = 0; n < Y.columns; n++)
      put(slopes, k, n, lossMoves(Y_hat, Y, n, (other) => (other === k ? STEP : 0)) / STEP);
  return slopes;
}

// `nudged` says by how much a pre-activation is nudged; "H" nudges behind the activation.
export function slopesInHidden(B, { Z, Y_hat }, Y, activation = "tanh", nudged = "Z") {
  const slopes = matrix(Z.rows, Z.columns);
  for (let j = 0; j < Z.rows; j++)
    for (let n = 0; n < Z.columns; n++) {
      const h = nudged === "H" ? STEP : IMAGINARY[activation](at(Z, j, n), STEP);
      put(slopes, j, n, lossMoves(Y_hat, Y, n, (k) => at(B, k, j) * h) / STEP);
    }
  return slopes;
}

export function gradients(A, B, X, Y, activation = "tanh", kept = null) {
  const { Z, H, Y_hat } = kept ?? forward(A, B, X, activation);
  const grad_A = matrix(A.rows, A.columns);
  const grad_B = matrix(B.rows, B.columns);
  for (let n = 0; n < X.columns; n++) {
    for (let j = 0; j < A.rows; j++) {
      for (let i = 0; i < A.columns; i++) {
        const nudge = STEP * at(X, i, n);
        if (nudge === 0) continue;
        const h = IMAGINARY[activation](at(Z, j, n), nudge);
        const moved = lossMoves(Y_hat, Y, n, (k) => at(B, k, j) * h);
        grad_A.data[j * A.columns + i] += moved / STEP;
      }
      for (let k = 0; k < B.rows; k++) {
        const moves = (other) => (other === k ? STEP * at(H, j, n) : 0);
        grad_B.data[k * B.columns + j] += lossMoves(Y_hat, Y, n, moves) / STEP;
      }
    }
  }
  return { grad_A, grad_B };
}

// Random numbers that a seed brings back (mulberry32), also normally distributed

export function randomNumbers(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const shuffled = (n) => {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  };
  return { uniform, normal, shuffled };
}

export function normalMatrix(rows, columns, spread, random) {
  return matrix(rows, columns, Float64Array.from({ length: rows * columns }, () => spread * random.normal()));
}

// One walk through all the data in shuffled batches; returns new weights.
export function epochByNudging(A, B, X, Y, rates, batchSize, random, activation = "tanh") {
  const order = random.shuffled(X.columns);
  for (let start = 0; start < order.length; start += batchSize) {
    const batch = order.slice(start, start + batchSize);
    const { grad_A, grad_B } = gradients(A, B, columnsOf(X, batch), columnsOf(Y, batch), activation);
    A = plus(A, grad_A, -rates[0]);
    B = plus(B, grad_B, -rates[1]);
  }
  return { A, B };
}
