"""Settings and mappings of the Elasticsearch index."""

from typing import Any

from catalog.search.texts import MAX_WORD_LENGTH

# Searches use this alias; the index behind it changes with each rebuild.
ALIAS = "vitrina-products"
# The searched fields and their weights.
WEIGHTS = {
    "name_es": 10,
    "name_en": 10,
    "beside_es": 5,
    "beside_en": 5,
    "shelf_es": 3,
    "shelf_en": 3,
    "text_es": 1,
    "text_en": 1,
    "facts": 1,
}


def _texts(kind: str) -> dict[str, Any]:
    return {
        name: {"type": "text", "analyzer": f"store_{name[-2:]}"}
        for name in WEIGHTS
        if name.startswith(kind)
    }


# Accents are removed before stemming: "lampara" finds "lámpara". Codes are not analysed.
INDEX: dict[str, Any] = {
    "settings": {
        "analysis": {
            "tokenizer": {"words": {"type": "pattern", "pattern": "[^\\p{L}\\p{N}]+"}},
            "filter": {
                "short": {"type": "truncate", "length": MAX_WORD_LENGTH},
                "stop_es": {"type": "stop", "stopwords": "_spanish_"},
                "stop_en": {"type": "stop", "stopwords": "_english_"},
                "stem_es": {"type": "stemmer", "language": "light_spanish"},
                "stem_en": {"type": "stemmer", "language": "english"},
            },
            "analyzer": {
                f"store_{language}": {
                    "type": "custom",
                    "tokenizer": "words",
                    "filter": [
                        "lowercase",
                        "short",
                        f"stop_{language}",
                        "asciifolding",
                        f"stem_{language}",
                    ],
                }
                for language in ("es", "en")
            }
            | {
                "store_whole": {
                    "type": "custom",
                    "tokenizer": "words",
                    "filter": ["lowercase", "short", "asciifolding"],
                }
            },
        },
    },
    "mappings": {
        "dynamic": "strict",
        "properties": {
            **_texts("name"),
            **_texts("beside"),
            **_texts("shelf"),
            **_texts("text"),
            "facts": {"type": "text", "analyzer": "store_en"},
            # Unstemmed words, for prefixes.
            "whole": {"type": "text", "analyzer": "store_whole"},
            "codes": {"type": "keyword"},
            # The marks of the category, its ancestors and its family.
            "kinds": {"type": "keyword"},
        },
    },
}
