// The document is on the page's own origin. The page of a deployment only shows it: without methods to submit there is no
// form for tokens. The page of a local service sends requests to that service. `validatorUrl` would send the document's
// URL to a service of another origin.
const reference = document.getElementById("reference");
const methods = "tryIt" in reference.dataset ? ["get", "head", "post", "put", "patch", "delete"] : [];
SwaggerUIBundle({
  url: reference.dataset.document,
  domNode: reference,
  deepLinking: true,
  supportedSubmitMethods: methods,
  tryItOutEnabled: methods.length > 0,
  validatorUrl: null,
});
