"""Words that shoppers use for one thing, in both languages. They are compared without accents."""

_GROUPS = """
laptop notebook portatil
tv television televisor
celular smartphone telefono phone movil
audifonos auriculares headphones headset earphones earbuds
mouse raton
teclado keyboard
pantalla monitor display
impresora printer
camara camera webcam
cargador charger
cable cord
funda estuche case cover
linterna flashlight torch
parlante altavoz speaker
reloj watch smartwatch
disco ssd hdd
consola console
lapiz stylus
silla chair
mesa table
escritorio desk
sofa sillon couch
cama bed
colchon mattress
lampara lamp
estante repisa shelf
armario ropero closet wardrobe
espejo mirror
alfombra rug carpet
cortina curtain
zapatillas tenis sneakers
zapatos shoes footwear
polo camiseta remera tshirt tee
camisa shirt
pantalon pants trousers
casaca chaqueta chamarra jacket
polera sudadera hoodie sweatshirt
chompa sueter sweater
gorra cap
mochila backpack
bolso cartera bag
falda skirt
medias calcetines socks
"""

SYNONYMS: dict[str, tuple[str, ...]] = {
    word: tuple(other for other in group.split() if other != word)
    for group in _GROUPS.strip().splitlines()
    for word in group.split()
}
