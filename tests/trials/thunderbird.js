/* What a person does in Thunderbird, as functions for its own window (tests/trials/thunderbird.py).
   Everything goes through what its menus call: the account manager, the folder tree, the composer. */

const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const TLS = Ci.nsMsgSocketType.SSL;
const PASSWORD = Ci.nsMsgAuthMethod.passwordCleartext;
const PATIENCE_MS = 20000;

const pause = (ms) => new Promise((resolve) => window.setTimeout(resolve, ms));

async function until(condition, what) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`still waiting: ${what}`);
    await pause(100);
  }
}

function trust(authority) {
  const known = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB);
  known.addCertFromBase64(authority, "C,,");
}

/* As the account wizard; `senders` are the addresses one writes as, one's own first. */
function addAccount({ login, password, imap, submission, senders }) {
  const server = MailServices.accounts.createIncomingServer(login, "localhost", "imap");
  Object.assign(server, { port: imap, socketType: TLS, authMethod: PASSWORD, password, valid: true });
  const out = MailServices.outgoingServer.createServer("smtp").QueryInterface(Ci.nsISmtpServer);
  Object.assign(out, { hostname: "localhost", port: submission });
  Object.assign(out.QueryInterface(Ci.nsIMsgOutgoingServer), { socketType: TLS, authMethod: PASSWORD, username: login, password });
  const account = MailServices.accounts.createAccount();
  account.incomingServer = server;
  for (const email of senders) {
    const identity = MailServices.accounts.createIdentity();
    Object.assign(identity, { email, fullName: email, valid: true, smtpServerKey: out.key, composeHtml: true });
    account.addIdentity(identity);
  }
  MailServices.accounts.defaultAccount = account;
}

const account = () => MailServices.accounts.defaultAccount;
const identityOf = (email) => account().identities.find((it) => it.email === email);

function pathOf(folder) {
  return folder.isServer ? "" : `${pathOf(folder.parent)}/${folder.localizedName ?? folder.prettyName}`;
}

/* Names as the folder tree shows them, e.g. "/Boîtes fonctionnelles/ce.0760001n/Corbeille". */
function folders() {
  return account().incomingServer.rootFolder.descendants.map(pathOf);
}

/* Asks the server for its folders, as opening the account does. */
function discover() {
  account().incomingServer.performExpand(window.msgWindow);
}

function folderOf(path) {
  return account().incomingServer.rootFolder.descendants.find((it) => pathOf(it) === path);
}

function refresh(folder) {
  return new Promise((resolve) => {
    folder.QueryInterface(Ci.nsIMsgImapMailFolder).updateFolderWithListener(window.msgWindow, {
      OnStartRunningUrl() {},
      OnStopRunningUrl(_url, status) { resolve(status); },
    });
  });
}

async function found(path, subject) {
  const folder = await until(() => folderOf(path), path);
  return until(async () => {
    await refresh(folder);
    return [...folder.messages].find((it) => it.mime2DecodedSubject === subject);
  }, `${subject} in ${path}`);
}

/* Marks it as read too; what the server answers has come when this ends. */
async function star(path, subject) {
  const header = await found(path, subject);
  header.folder.markMessagesFlagged([header], true);
  header.folder.markMessagesRead([header], true);
  await refresh(header.folder);
}

async function createFolder(path, name) {
  const parent = await until(() => folderOf(path), path);
  parent.createSubfolder(name, window.msgWindow);
  await until(() => folderOf(`${path}/${name}`), name);
}

/* What the message pane shows of it. */
async function shown(path, subject) {
  const header = await found(path, subject);
  const pane = await until(() => document.getElementById("tabmail")?.currentAbout3Pane, "3pane");
  await until(() => pane.displayFolder, "folder pane");
  pane.displayFolder(header.folder);
  await until(() => pane.gViewWrapper?.displayedFolder === header.folder, "folder shown");
  const place = await until(() => {
    const index = pane.gDBView?.findIndexOfMsgHdr(header, true);
    return index !== undefined && index !== 0xffffffff ? index + 1 : 0;
  }, "row");
  pane.threadTree.selectedIndex = place - 1;
  const message = pane.messageBrowser.contentWindow;
  await until(() => message.gMessage === header && message.msgLoaded, "message shown");
  const text = message.getMessagePaneBrowser().contentDocument.body.textContent;
  return { text, attachments: message.currentAttachments.map((it) => it.name), sizes: message.currentAttachments.map((it) => it.size) };
}

function composer() {
  return Services.wm.getMostRecentWindow("msgcompose");
}

async function ready() {
  return until(() => {
    const it = composer();
    return it?.composeEditorReady && it.gMsgCompose?.editor && it;
  }, "composer");
}

/* A new message, written and left open in the composer. */
async function write({ sender, to, subject, text, file }) {
  const params = Cc["@mozilla.org/messengercompose/composeparams;1"].createInstance(Ci.nsIMsgComposeParams);
  params.type = Ci.nsIMsgCompType.New;
  params.format = Ci.nsIMsgCompFormat.HTML;
  params.identity = identityOf(sender);
  params.composeFields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
  Object.assign(params.composeFields, { to, subject });
  MailServices.compose.OpenComposeWindowWithParams(null, params);
  const window_ = await ready();
  window_.gMsgCompose.editor.QueryInterface(Ci.nsIHTMLEditor).insertHTML(text);
  if (file) {
    const path = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
    path.initWithPath(file);
    await window_.AddAttachments([window_.FileToAttachment(path)]);
  }
}

async function saveDraft() {
  const window_ = composer();
  const saved = new Promise((resolve) => {
    window_.gMsgCompose.RegisterStateListener({
      NotifyComposeFieldsReady() {}, NotifyComposeBodyReady() {},
      ComposeProcessDone(status) { resolve(status); }, SaveInFolderDone() {},
    });
  });
  await window_.SaveAsDraft();
  const status = await saved;
  window_.close();
  return status === 0;
}

/* Answers the box that says why a message did not leave: it stays in the composer. */
async function closeBox() {
  const box = () => [...Services.wm.getEnumerator(null)].find((it) => it.location.href.includes("commonDialog"));
  const body = await until(() => box()?.document.getElementById("infoBody"), "box");
  const words = await until(() => body.textContent, "words");
  box().document.querySelector("dialog").acceptDialog();
  await until(() => !box() && !composer().gWindowLocked, "composer");
  return words;
}

/* Whether it left. */
async function send() {
  const window_ = composer();
  const done = new Promise((resolve) => {
    window_.gMsgCompose.addMsgSendListener({
      QueryInterface: ChromeUtils.generateQI(["nsIMsgSendListener"]),
      onStartSending() {}, onSendProgress() {}, onStatus() {}, onGetDraftFolderURI() {}, onSendNotPerformed() {},
      onStopSending(_id, status) { resolve(status === 0); },
      onTransportSecurityError() { resolve(false); },
    });
  });
  window_.SendMessage();
  return done;
}

/* Opens a draft for writing, as a double click does, and tells what stands there. */
async function draft(path, subject) {
  const header = await found(path, subject);
  const uri = header.folder.getUriForMsg(header);
  MailServices.compose.OpenComposeWindow(null, header, uri, Ci.nsIMsgCompType.Draft, Ci.nsIMsgCompFormat.Default, account().defaultIdentity, null, window.msgWindow);
  const window_ = await ready();
  await until(() => window_.gMsgCompose.editor.document.body.textContent.trim(), "text");
  const fields = window_.gMsgCompose.compFields;
  const answer = {
    subject: window_.document.getElementById("msgSubject").value,
    to: fields.to,
    text: window_.gMsgCompose.editor.document.body.textContent,
    attachments: [...window_.gAttachmentBucket.itemChildren].map((it) => it.attachment.name),
  };
  window_.close();
  return answer;
}
