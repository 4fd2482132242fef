// Passkeys (WebAuthn). A form that needs one is hidden until this script finds that the browser has
// them; other ways stay beside it.
//
// <form data-passkey="get" data-options="id of a JSON script"> signs with a passkey;
// without data-options the options are asked of the form's own address.
// <form data-passkey="create" data-options="…"> makes one.
// <input name="credential"> receives the outcome; [data-passkey-failed] is shown when there is none.

const bytes = (text) => {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
};

const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (list) => (list ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

function requestOptions({ publicKey }) {
  const allowCredentials = withBytes(publicKey.allowCredentials);
  return { publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials } };
}

function creationOptions({ publicKey }, form) {
  // A key that opens the session alone must be found without a login, and know its owner.
  const alone = form.elements.passwordless?.checked ?? false;
  const wanted = alone ? "required" : "discouraged";
  return {
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: wanted,
        requireResidentKey: alone,
        ...(alone && { userVerification: "required" }),
      },
    },
  };
}

const RESPONSE_PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function plain(credential) {
  const response = {};
  for (const part of RESPONSE_PARTS) {
    if (credential.response[part]) response[part] = base64url(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    type: credential.type,
    id: credential.id,
    rawId: base64url(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function options(form) {
  const id = form.dataset.options;
  if (id) return JSON.parse(document.getElementById(id).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function credential(form) {
  const given = await options(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create(creationOptions(given.creation_options, form));
  }
  return navigator.credentials.get(requestOptions(given.request_options));
}

async function use(form) {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(plain(await credential(form)));
    form.submit();
  } catch (error) {
    // Given up, timed out, no passkey for this site: browsers tell no more, on purpose.
    console.info("passkey", error.name);
    failed.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = false;
  for (const without of document.querySelectorAll("[data-no-passkey]")) without.hidden = true;
  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.passkey) return;
    event.preventDefault();
    use(event.target);
  });
}
