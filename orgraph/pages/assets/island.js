"use strict";
// Everything the page knows is JSON, an island of it for each picture: names are data and never become markup.
const islands = JSON.parse(document.getElementById("islands").textContent);
// The picture asked for by the page's address; another address is another picture, drawn from the start.
const island = islands.find(one => "#" + one.tree === decodeURIComponent(location.hash)) || islands[0];
addEventListener("hashchange", () => location.reload());
