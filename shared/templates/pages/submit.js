// Posts the form for a person whose browser shows the page. A program that only fetches the page changes nothing.
const form = document.forms[0];
form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
const [visit] = performance.getEntriesByType("navigation");
// On the way back through the history the token is spent already.
if (visit?.type !== "back_forward") form.requestSubmit();
