/* The result of a search engine follows what is typed: the texts written for it, else name and description. */
const result = document.querySelector(".result");
const form = result?.closest("form");
const language = document.documentElement.lang.slice(0, 2);
const sources = {
  slug: ["slug"],
  name: [`seo_title_${language}`, `name_${language}`],
  description: [`seo_description_${language}`, `description_${language}`],
};

function show() {
  for (const [place, names] of Object.entries(sources)) {
    const text = names.map((name) => form.elements[name]?.value.trim()).find(Boolean);
    const shown = result.querySelector(`[data-shows='${place}']`);
    if (text) shown.textContent = text.length > 155 ? `${text.slice(0, 154)}…` : text;
  }
}

// The address follows the name by a script of Django's, which listens to keys.
for (const kind of ["input", "keyup"]) form?.addEventListener(kind, show);
if (form) show();
