"""The page's words. Two languages need no catalogue."""

TEXTS = {
    "es": {
        "title": "Simulador de pagos",
        "warning": "Esto es un simulador: ninguna tarjeta se cobra y ningún dinero se mueve.",
        "order": "Pedido",
        "to_pay": "Total a pagar",
        "question": "¿Qué debe pasar con este pago?",
        "approve": "Aprobar el pago",
        "approve_note": "El dinero llega enseguida.",
        "decline": "Rechazar el pago",
        "decline_note": "El banco dice que no; se puede intentar de nuevo.",
        "delay": "Aprobar más tarde",
        "delay_note": "El pago queda en proceso y llega después.",
        "seconds": "segundos",
        "wait": "Llega en",
        "twice": "Pagar dos veces",
        "twice_note": "La tienda debe devolver lo que sobra.",
        "abandon": "Volver sin pagar",
        "paid": "Este pago ya está hecho.",
        "processing": "Este pago está en proceso.",
        "failed": "Este pago fue rechazado.",
        "declined": "El banco rechazó la tarjeta.",
        "expired": "El tiempo para pagar terminó.",
        "back": "Volver a la tienda",
    },
    "en": {
        "title": "Payment simulator",
        "warning": "This is a simulator: no card is charged and no money moves.",
        "order": "Order",
        "to_pay": "Total to pay",
        "question": "What should happen to this payment?",
        "approve": "Approve the payment",
        "approve_note": "The money arrives at once.",
        "decline": "Decline the payment",
        "decline_note": "The bank says no; one can try again.",
        "delay": "Approve later",
        "delay_note": "The payment is being processed and arrives after a while.",
        "seconds": "seconds",
        "wait": "Arrives in",
        "twice": "Pay twice",
        "twice_note": "The shop has to give the surplus back.",
        "abandon": "Go back without paying",
        "paid": "This payment is done.",
        "processing": "This payment is being processed.",
        "failed": "This payment was declined.",
        "declined": "The bank declined the card.",
        "expired": "The time to pay is over.",
        "back": "Back to the shop",
    },
}


def texts_for(language: object) -> tuple[str, dict[str, str]]:
    """The language that is shown, and its words."""
    code = str(language)[:2]
    code = code if code in TEXTS else "es"
    return code, TEXTS[code]
