from django.db import migrations

GROUPS = """
laptop notebook portátil
tv television televisor
celular smartphone teléfono phone móvil
audífonos auriculares headphones headset earphones earbuds
mouse ratón
teclado keyboard
pantalla monitor display
impresora printer
cámara camera webcam
cargador charger
cable cord
funda estuche case cover
linterna flashlight torch
parlante altavoz speaker
reloj watch smartwatch
disco ssd hdd
consola console
lápiz stylus
silla chair
mesa table
escritorio desk
sofá sillón couch
cama bed
colchón mattress
lámpara lamp
estante repisa shelf
armario ropero closet wardrobe
espejo mirror
alfombra rug carpet
cortina curtain
zapatillas tenis sneakers
zapatos shoes footwear
polo camiseta remera tshirt tee
camisa shirt
pantalón pants trousers
casaca chaqueta chamarra jacket
polera sudadera hoodie sweatshirt
chompa suéter sweater
gorra cap
mochila backpack
bolso cartera bag
falda skirt
medias calcetines socks
"""


def write_synonyms(apps, schema_editor):
    """Words that shoppers use for the same thing."""
    SynonymGroup = apps.get_model("catalog", "SynonymGroup")
    SynonymGroup.objects.bulk_create(
        [SynonymGroup(words=line.split()) for line in GROUPS.strip().splitlines()],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(write_synonyms, migrations.RunPython.noop)]
