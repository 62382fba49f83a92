// Copies the page's address. Only a secure page has a clipboard; elsewhere the address is shown,
// selected, to be copied by hand.
const SHOWN_FOR = 4000;

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const told = parentElement.querySelector("span");
  button.textContent = data.label;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      told.textContent = data.done;
      setTimeout(() => { told.textContent = ""; }, SHOWN_FOR);
    } catch {
      const field = document.createElement("input");
      field.value = location.href;
      field.readOnly = true;
      field.setAttribute("aria-label", data.label);
      told.replaceChildren(field);
      field.select();
    }
  };
}
