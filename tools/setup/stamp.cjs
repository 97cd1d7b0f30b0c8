"use strict";
// Run by npm after an install in the root that somebody started by hand, so that the next command does not repeat it.

const path = require("path");
const { writeStamp } = require("./install.cjs");

writeStamp(path.join(__dirname, "..", ".."), "");
