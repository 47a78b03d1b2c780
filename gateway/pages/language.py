"""In which language a page is shown."""

from flask import Request

from config.language import Lang


def page_language(request: Request, otherwise: Lang) -> Lang:
    """Give what ``?lang=`` asks for, else what the browser prefers of the two (SPEC section 9)."""
    asked = request.args.get("lang", "")
    if asked in list(Lang):
        return Lang(asked)
    # Browsers of Java's age say "in" for Indonesian.
    preferred = request.accept_languages.best_match(["id", "in", "en"])
    return {"id": Lang.ID, "in": Lang.ID, "en": Lang.EN}.get(preferred or "", otherwise)
