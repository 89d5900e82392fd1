"""One page that shows how a lake is: facts (`gather`), what is wrong with them (`problems`), `page`."""
