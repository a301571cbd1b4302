// Numbers and times as text. Times are seconds since 1970, shown in UTC.

const number = (digits) =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const WHOLE = number(0);
const CENTS = number(2);
const MINUS = '−';

const signed = (value, text) => (value < 0 ? MINUS : '') + text(Math.abs(value));

const format = {
  whole: (value) => signed(value, (size) => WHOLE.format(size)),
  dollars: (value) => signed(value, (size) => '$' + WHOLE.format(size)),
  cents: (value) => signed(value, (size) => '$' + CENTS.format(size)),
  // Five significant digits, but at least two decimals.
  price: (value) => {
    const digits = Math.min(8, Math.max(2, 4 - Math.floor(Math.log10(value))));
    return '$' + number(digits).format(value);
  },
  ratio: (ppm) => CENTS.format(ppm / 1e4) + ' %',
  percent: (value) => WHOLE.format(value) + ' %',
  short: (value) => signed(value, (size) => {
    if (size >= 1e6) return '$' + trimmed(size / 1e6) + 'm';
    if (size >= 1e3) return '$' + trimmed(size / 1e3) + 'k';
    return '$' + trimmed(size);
  }),
  time: (seconds) => new Date(seconds * 1000).toISOString().slice(11, 16),
  date: (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10),
  moment: (seconds) => `${format.date(seconds)} ${format.time(seconds)} UTC`,
  words: (name) => name.replaceAll('_', ' '),
};

function trimmed(value) {
  return String(Number(value.toPrecision(4)));
}

// Text that belongs to a count: `1 cut`, `2 cuts`.
function counted(count, noun) {
  return `${WHOLE.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}
