// The document is on the page's own origin, and the page only shows it: without methods to submit there is no form for
// tokens. `validatorUrl` would send the document's URL to a service of another origin.
const reference = document.getElementById("reference");
SwaggerUIBundle({
  url: reference.dataset.document,
  domNode: reference,
  deepLinking: true,
  supportedSubmitMethods: [],
  validatorUrl: null,
});
