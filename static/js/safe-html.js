// HTML from anywhere, as nodes that can do nothing: what is not on the lists is left out. It is read in a
// document where nothing loads or runs, and never written out and read again on the way. The second wall is
// the policy of the frame (views/composing/editor.py); what leaves goes through html/outgoing.py besides.

const words = (text) => new Set(text.split(" "));
const KEPT = words(
  "A ABBR ADDRESS B BIG BLOCKQUOTE BR CAPTION CENTER CODE COL COLGROUP DD DEL DIV DL DT EM FONT H1 H2 H3 H4 H5 H6 HR I IMG INS LI " +
    "OL P PRE Q S SMALL SPAN STRIKE STRONG SUB SUP TABLE TBODY TD TFOOT TH THEAD TR TT U UL",
);
const DROPPED = words(
  "APPLET AUDIO BASE BUTTON EMBED FORM FRAME FRAMESET HEAD IFRAME INPUT LINK MATH META NOEMBED NOFRAMES NOSCRIPT OBJECT OPTION " +
    "PLAINTEXT SCRIPT SELECT STYLE SVG TEMPLATE TEXTAREA TITLE VIDEO XMP",
);
const ATTRIBUTES = words(
  "align alt bgcolor border cellpadding cellspacing class color colspan dir face height lang rowspan size start style title type valign width",
);
const LINK = /^(?:https?:|mailto:|tel:)/i;
const PICTURE = /^(?:https?:|cid:|data:image\/(?:png|jpe?g|gif|webp|bmp);|\/courriel\/)/i;
const DEEPEST = 200;

export function safeFragment(html) {
  const inert = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  copy(inert.body, fragment, 0);
  return fragment;
}

function copy(from, into, depth) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) into.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.nodeName) || node.namespaceURI !== "http://www.w3.org/1999/xhtml") continue;
    const isKept = KEPT.has(node.nodeName) && depth < DEEPEST;
    const made = isKept ? copyOf(node) : into;
    if (isKept) into.append(made);
    copy(node, made, depth + 1);
  }
}

function copyOf(node) {
  const made = document.createElement(node.nodeName);
  for (const { name, value } of node.attributes) {
    const isUrl = (name === "href" && node.nodeName === "A" && LINK.test(value.trim())) || (name === "src" && node.nodeName === "IMG" && PICTURE.test(value.trim()));
    if (isUrl || ATTRIBUTES.has(name)) made.setAttribute(name, value);
  }
  return made;
}
