"use strict";
// Everything the page knows is one island of JSON: names are data here and never become markup.
const island = JSON.parse(document.getElementById("island").textContent);
