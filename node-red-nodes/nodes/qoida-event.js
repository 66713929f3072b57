module.exports = require('../lib/load.js')('qoida-event');
