from django.db import migrations

from core.indexes import without_index


class Migration(migrations.Migration):
    """Nobody looks for keys of programs by their beginning."""

    atomic = False

    dependencies = [("payments", "0005_ask_for_large_credits")]

    operations = [
        without_index(
            "payments_payment_idempotency_key_d254539e_like",
            "payments_payment",
            "idempotency_key varchar_pattern_ops",
        ),
        without_index(
            "payments_idempotencykey_key_f7b38fd0_like",
            "payments_idempotencykey",
            "key varchar_pattern_ops",
        ),
    ]
