// Sends the forms without leaving the page. Without this script, the browser shows the JSON response.
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const response = await fetch(form.action, { method: 'POST' });
  form.parentElement.querySelector('output').textContent = (await response.json()).message;
});
