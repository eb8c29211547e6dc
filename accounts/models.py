import pgtrigger
from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, Group, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Upper
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from core.database.models import (
    NOT_ERASING,
    Entity,
    append_only_but_erasable,
    known_values,
    undeletable,
)

# A person's names and address in lower case and without accents: what staff search them by.
WHO = Func(
    Concat(
        *(F("first_name"), Value(" "), F("last_name"), Value(" "), F("email")),
        output_field=models.TextField(),
    ),
    function="plain_text",
)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A customer; without a password the account can be claimed by its e-mail's owner only."""
        user = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: object) -> "User":
        """
        Anyone who may run commands here is trusted with the address: no mail has to prove it, in a
        shop that may have no mail yet.
        """
        staff = {"is_staff": True, "is_superuser": True, "email_verified": True}
        user = self.create_user(email, password, **staff | fields)
        addresses = apps.get_model("account", "EmailAddress")
        addresses.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(Entity, AbstractBaseUser, PermissionsMixin):
    """Anybody who can sign in: shopper, seller, staff. The e-mail address is the login."""

    email = models.EmailField(_("e-mail address"))
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    phones = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("phones")
    )
    national_id = models.CharField(_("national id"), max_length=20, blank=True)
    email_verified = models.BooleanField(_("e-mail verified"), default=False)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    # Remembered by selectors.is_seller, for pages that ask for each of their lists.
    works_for_a_seller: bool | None = None
    # Set while a colleague looks at the shop as this customer.
    impersonation: "Impersonation | None" = None

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta(Entity.Meta):
        verbose_name = _("account")
        verbose_name_plural = _("team accounts")
        constraints = [
            # Upper case is what Django's `iexact` compares: the same index finds and guards.
            models.UniqueConstraint(
                Upper("email"),
                name="user_email_once",
                violation_error_message=_("There is an account with this e-mail address already."),
            )
        ]
        indexes = [
            GinIndex(OpClass(WHO, name="gin_trgm_ops"), name="user_who_trigrams"),
            models.Index(fields=["email"], name="user_by_email"),
            GinIndex(fields=["phones"], name="user_phones"),
        ]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email


class CustomerAccount(User):
    """An account as the shop's staff see a customer: without roles, password and flags."""

    class Meta:
        proxy = True
        verbose_name = _("customer")
        verbose_name_plural = _("customers")


class CustomerNote(Entity):
    """What a colleague has noted of a customer. It is never rewritten; an erasure masks it."""

    customer = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="staff_notes", verbose_name=_("customer")
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("colleague")
    )
    text = models.TextField(_("note"), max_length=1000)

    class Meta(Entity.Meta):
        verbose_name = _("note on a customer")
        verbose_name_plural = _("notes on customers")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="customer_note_says")]
        triggers = [*append_only_but_erasable("text")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class ChangedRole(Entity):
    """A shipped role to which the shop has given other rights than it came with."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="+")

    class Meta(Entity.Meta):
        # Changing a role writes this field as well.
        default_permissions = ()

    def __str__(self) -> str:
        return f"changed {self.group_id}"


class Customer(Entity):
    """A user as a buyer: language, consent and the addresses offered first."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="customer", verbose_name=_("user")
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    accepts_marketing = models.BooleanField(_("accepts news by mail"), default=False)
    notes = models.TextField(_("staff notes"), blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return f"customer {self.user_id}"


class ConsentPurpose(models.TextChoices):
    NEWS = "news", _("news by mail")
    CART_REMINDER = "cart_reminder", _("a reminder of the cart")


class Consent(Entity):
    """A yes or a no that somebody has given, and where: never rewritten, the newest counts."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="consents", verbose_name=_("user")
    )
    email = models.EmailField(_("e-mail address"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose.choices)
    is_given = models.BooleanField(_("agreed"))
    place = models.CharField(_("where"), max_length=50)

    class Meta(Entity.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [known_values("purpose", ConsentPurpose, "consent_purpose_known")]
        indexes = [models.Index(Upper("email"), name="consent_email")]
        triggers = [*append_only_but_erasable("email")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.is_given}"


class Address(Entity):
    """A place of a user. Orders keep their own frozen copy."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="addresses", verbose_name=_("user")
    )
    recipient = models.CharField(_("recipient"), max_length=200)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    street = models.CharField(_("street and number"), max_length=255)
    district = models.CharField(_("district"), max_length=100, blank=True)
    city = models.CharField(_("city"), max_length=100)
    region = models.CharField(_("state or region"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = CountryField(_("country"), default="PE")
    ubigeo = models.CharField(_("ubigeo"), max_length=6, blank=True)
    reference = models.CharField(_("reference"), max_length=255, blank=True)
    is_default_shipping = models.BooleanField(_("default for delivery"), default=False)
    is_default_billing = models.BooleanField(_("default for billing"), default=False)

    class Meta(Entity.Meta):
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(is_default_shipping=True),
                name="address_one_default_shipping",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(is_default_billing=True),
                name="address_one_default_billing",
            ),
            models.CheckConstraint(
                condition=Q(ubigeo="") | Q(ubigeo__regex=r"^[0-9]{6}$"), name="address_ubigeo_shape"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {self.street}, {self.city}"


class SellerStatus(models.TextChoices):
    APPLIED = "applied", _("applied")
    APPROVED = "approved", _("approved")
    SUSPENDED = "suspended", _("suspended")


class SellerRole(models.TextChoices):
    OWNER = "owner", _("owner")
    STAFF = "staff", _("staff")


class SellerQuerySet(models.QuerySet["Seller"]):
    def house(self) -> "SellerQuerySet":
        return self.filter(is_house=True)

    def for_user(self, user: User) -> "SellerQuerySet":
        """The sellers that this user may manage: all for staff, their own for members."""
        if user.is_superuser or user.has_perm("accounts.view_seller"):
            return self
        return self.filter(members__user=user)


class Seller(Entity):
    """Who sells a product. The house is a seller without members."""

    name = models.CharField(_("shop name"), max_length=150, unique=True)
    slug = models.SlugField(_("slug"), max_length=150, unique=True)
    description = models.TextField(_("description"), blank=True)
    logo = models.ImageField(_("logo"), upload_to="sellers/", blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    tax_id = models.CharField(_("tax id"), max_length=20, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=SellerStatus.choices, default=SellerStatus.APPROVED
    )
    is_house = models.BooleanField(_("the house itself"), default=False, editable=False)

    objects = SellerQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("seller")
        verbose_name_plural = _("sellers")
        constraints = [
            known_values("status", SellerStatus, "seller_status_known"),
            models.UniqueConstraint(
                fields=["is_house"], condition=Q(is_house=True), name="seller_one_house"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SellerMember(Entity):
    """A person who works for a seller."""

    seller = models.ForeignKey(
        Seller, on_delete=models.CASCADE, related_name="members", verbose_name=_("seller")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="seller_memberships", verbose_name=_("user")
    )
    role = models.CharField(
        _("role"), max_length=10, choices=SellerRole.choices, default=SellerRole.STAFF
    )
    wants_news = models.BooleanField(
        _("gets mails of orders and returns"), default=True, db_default=True
    )
    invited_at = models.DateTimeField(_("invited"), null=True, editable=False)

    class Meta(Entity.Meta):
        verbose_name = _("seller's member")
        verbose_name_plural = _("sellers' members")
        constraints = [
            models.UniqueConstraint(fields=["seller", "user"], name="seller_member_once"),
            known_values("role", SellerRole, "seller_member_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.seller_id}"


class KnownDevice(Entity):
    """A browser, and a place of the network, from which somebody has signed in."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="known_devices", verbose_name=_("user")
    )
    device = models.UUIDField(_("device"))
    ip = models.GenericIPAddressField(_("IP address"))
    user_agent = models.CharField(_("browser"), max_length=200, blank=True)
    seen_at = models.DateTimeField(_("last seen"), db_default=TransactionNow())

    class Meta(Entity.Meta):
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "device", "ip"], name="known_device_once")
        ]

    def __str__(self) -> str:
        return f"{self.ip} ({self.user_agent})"


class Impersonation(Entity):
    """
    A colleague's look at the shop as a customer. Written at its start; only its end is added.

    When the customer is erased the reason is masked: it may name them.
    """

    staff = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("colleague")
    )
    customer = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    reason = models.CharField(_("reason"), max_length=200)
    expires_at = models.DateTimeField(_("ends at the latest"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta(Entity.Meta):
        verbose_name = _("look as a customer")
        verbose_name_plural = _("looks as a customer")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="impersonation_has_reason"),
            models.CheckConstraint(
                condition=~Q(staff=models.F("customer")), name="impersonation_of_another"
            ),
        ]
        triggers = [
            *Entity.Meta.triggers,
            *undeletable(),
            pgtrigger.Protect(
                name="only_ends",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"{NOT_ERASING} AND (OLD.ended_at IS NOT NULL"
                    " OR (OLD.staff_id, OLD.customer_id, OLD.reason, OLD.expires_at)"
                    " IS DISTINCT FROM (NEW.staff_id, NEW.customer_id, NEW.reason, NEW.expires_at))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} as {self.customer_id}"
