// Without this script, times are in UTC, the source is behind a link, and a button leads to the JSON response.

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
for (const time of document.querySelectorAll('time')) {
  time.title = time.dateTime;
  time.textContent = format.format(new Date(time.dateTime));
}

// `toggle` does not bubble, so it is captured.
document.addEventListener('toggle', async (event) => {
  const link = event.target.matches('.source[open]') && event.target.querySelector('pre > a');
  if (!link) return;
  const response = await fetch(link.href);
  link.parentElement.textContent = await response.text();
}, true);

// Sends the forms without leaving the page.
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const response = await fetch(form.action, { method: 'POST' });
  form.parentElement.querySelector('output').textContent = (await response.json()).message;
});
