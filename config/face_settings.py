"""Settings of what shoppers see around every page: contact, announcement and look."""

from django.utils.translation import gettext_lazy as _

from config.setting_kinds import COLOUR, EMAIL, PHONE, URL, line, one_of, text

LOOK = one_of(
    "looks",
    ("editorial", _("editorial: serif headings on warm paper, much air")),
    ("street", _("street: heavy capitals, black on white, one loud colour")),
    ("market", _("market: round and clear, close together")),
)
CORNERS = one_of(
    "corners",
    ("own", _("the look's own")),
    ("square", _("square")),
    ("soft", _("soft")),
    ("round", _("round")),
)
DENSITY = one_of(
    "densities",
    ("own", _("the look's own")),
    ("compact", _("compact")),
    ("usual", _("usual")),
    ("roomy", _("roomy")),
)

FACE = {
    "ANNOUNCEMENT": (
        "",
        _("Line at the top of every page; empty: what makes delivery free, where anything does."),
        line(120),
    ),
    "ANNOUNCEMENT_OTHER": ("", _("The same line in the shop's other language."), line(120)),
    "CONTACT_WHATSAPP": (
        "",
        _("WhatsApp number that customers write to, such as +51 987 654 321; empty shows none."),
        PHONE,
    ),
    "CONTACT_PHONE": (
        "",
        _("Phone number that customers call, such as +51 1 555 0100; empty shows none."),
        PHONE,
    ),
    "CONTACT_EMAIL": ("", _("E-mail address that customers write to; empty shows none."), EMAIL),
    "CONTACT_ADDRESS": (
        "",
        _("Address where customers find the shop; empty shows none."),
        text(300),
    ),
    "CONTACT_MAP": ("", _("Link to a map of that place; empty: a search for the address."), URL),
    "CONTACT_HOURS": (
        "",
        _("Opening hours, such as “Monday to Saturday, 10:00 to 19:00”; empty shows none."),
        text(300),
    ),
    "CONTACT_HOURS_OTHER": (
        "",
        _("The same hours in the shop's other language; empty shows none there."),
        text(300),
    ),
    "STORE_LOOK": ("editorial", _("Look of the shop: type, grounds, corners and room."), LOOK),
    "BRAND_COLOUR": (
        "",
        _("The brand's colour, such as #1F5596; empty: the look's own."),
        COLOUR,
    ),
    "CORNERS": ("own", _("Corners of buttons, pictures and fields."), CORNERS),
    "DENSITY": ("own", _("Room between the parts of a page."), DENSITY),
}
