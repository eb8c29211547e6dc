-- The tables whose changes the audit log has.

-- Orders and money. Of new orders and lines the rows themselves say everything.
SELECT audit_watch('orders_order', 'number', ignored => 'pricing', inserts => 'bare');
SELECT audit_watch(
    'orders_orderline',
    'sku',
    parent => 'order_id',
    ignored => 'shipped_quantity delivered_quantity returned_quantity',
    inserts => 'bare'
);
SELECT audit_watch('orders_orderaddress', 'kind', parent => 'order_id', inserts => 'none');
SELECT audit_watch(
    'payments_payment',
    'number',
    parent => 'order_id',
    ignored => 'metadata redirect_url idempotency_key checked_at'
);
SELECT audit_watch(
    'payments_refund',
    'number',
    parent => $$SELECT order_id FROM payments_payment WHERE id = ($1 ->> 'payment_id')::uuid$$,
    ignored => 'idempotency_key'
);
SELECT audit_watch(
    'payments_dispute',
    'reference',
    parent => $$SELECT order_id FROM payments_payment WHERE id = ($1 ->> 'payment_id')::uuid$$
);
SELECT audit_watch(
    'payments_transferconfirmation',
    'bank_reference',
    parent => $$SELECT order_id FROM payments_payment WHERE id = ($1 ->> 'payment_id')::uuid$$
);
SELECT audit_watch('payments_storecredit', 'number', parent => 'user_id', ignored => 'told_at');
SELECT audit_watch('payments_creditrequest', 'number', parent => 'user_id');
SELECT audit_watch('payments_paymentmethod', 'code');
SELECT audit_watch(
    'payments_paymentmethod_zones',
    $$SELECT code FROM payments_paymentmethod WHERE id = ($1 ->> 'paymentmethod_id')::uuid$$,
    parent => 'paymentmethod_id'
);
SELECT audit_watch('returns_return', 'number', parent => 'order_id', ignored => 'form_key');
SELECT audit_watch(
    'payouts_commission',
    $$SELECT name FROM accounts_seller WHERE id = ($1 ->> 'seller_id')::uuid$$,
    parent => 'seller_id'
);
SELECT audit_watch('payouts_statement', 'number', parent => 'seller_id', ignored => 'told_status');
SELECT audit_watch('invoicing_series', 'code', only_columns => 'code kind is_active');

-- Stock: its numbers are audited by movements and reservations.
SELECT audit_watch(
    'inventory_stocklevel',
    $$SELECT variant.sku || ' @ ' || warehouse.code FROM catalog_variant variant,
 inventory_warehouse warehouse WHERE variant.id = ($1 ->> 'variant_id')::uuid
 AND warehouse.id = ($1 ->> 'warehouse_id')::uuid$$,
    parent => 'variant_id',
    only_columns => 'minimum maximum bin',
    inserts => 'none'
);
SELECT audit_watch('inventory_warehouse', 'code');

-- Prices.
SELECT audit_watch(
    'catalog_product',
    'sku',
    only_columns => 'base_price tax_class is_active sales_paused purchase_limit seller_id',
    inserts => 'none'
);
SELECT audit_watch(
    'catalog_variant',
    'sku',
    parent => 'product_id',
    only_columns => 'price_modifier sale_price cost is_active',
    inserts => 'none'
);
SELECT audit_watch(
    'catalog_scheduledprice',
    $$SELECT sku FROM catalog_variant WHERE id = ($1 ->> 'variant_id')::uuid$$,
    parent => 'variant_id'
);
SELECT audit_watch('catalog_kit', 'name', only_columns => 'discount_percent is_active');
SELECT audit_watch('promotions_promotion', 'name', ignored => 'uses name_es name_en');
SELECT audit_watch(
    'promotions_promotion_products',
    $$SELECT name FROM promotions_promotion WHERE id = ($1 ->> 'promotion_id')::uuid$$,
    parent => 'promotion_id'
);
SELECT audit_watch(
    'promotions_promotion_categories',
    $$SELECT name FROM promotions_promotion WHERE id = ($1 ->> 'promotion_id')::uuid$$,
    parent => 'promotion_id'
);
SELECT audit_watch(
    'promotions_promotion_brands',
    $$SELECT name FROM promotions_promotion WHERE id = ($1 ->> 'promotion_id')::uuid$$,
    parent => 'promotion_id'
);
SELECT audit_watch(
    'promotions_promotion_sellers',
    $$SELECT name FROM promotions_promotion WHERE id = ($1 ->> 'promotion_id')::uuid$$,
    parent => 'promotion_id'
);
SELECT audit_watch(
    'promotions_promotion_collections',
    $$SELECT name FROM promotions_promotion WHERE id = ($1 ->> 'promotion_id')::uuid$$,
    parent => 'promotion_id'
);
SELECT audit_watch(
    'promotions_coupon',
    'code',
    parent => 'promotion_id',
    ignored => 'uses',
    inserts => 'bare'
);
SELECT audit_watch('promotions_taxrate', 'name');

-- Permissions.
SELECT audit_watch(
    'accounts_user',
    'email',
    only_columns => 'email is_staff is_superuser is_active password',
    secret => 'password'
);
SELECT audit_watch(
    'accounts_user_groups',
    $$SELECT account.email || ': ' || role.name FROM accounts_user account, auth_group role
 WHERE account.id = ($1 ->> 'user_id')::uuid AND role.id = ($1 ->> 'group_id')::int$$,
    parent => 'user_id'
);
SELECT audit_watch(
    'accounts_user_user_permissions',
    $$SELECT account.email || ': ' || codename FROM accounts_user account, auth_permission
 WHERE account.id = ($1 ->> 'user_id')::uuid
 AND auth_permission.id = ($1 ->> 'permission_id')::int$$,
    parent => 'user_id'
);
SELECT audit_watch('auth_group', 'name');
SELECT audit_watch(
    'auth_group_permissions',
    $$SELECT auth_group.name || ': ' || codename FROM auth_group, auth_permission
 WHERE auth_group.id = ($1 ->> 'group_id')::int
 AND auth_permission.id = ($1 ->> 'permission_id')::int$$,
    parent => 'group_id'
);
SELECT audit_watch(
    'mfa_authenticator',
    $$SELECT email FROM accounts_user WHERE id = ($1 ->> 'user_id')::uuid$$,
    parent => 'user_id',
    only_columns => 'user_id type'
);
SELECT audit_watch(
    'accounts_seller',
    'name',
    only_columns => 'name slug email tax_id status is_house'
);
SELECT audit_watch(
    'accounts_sellermember',
    $$SELECT email FROM accounts_user WHERE id = ($1 ->> 'user_id')::uuid$$,
    parent => 'seller_id',
    only_columns => 'seller_id user_id role'
);

-- Settings, and what works like one.
SELECT audit_watch('constance_constance', 'key', ignored => 'key');
SELECT audit_watch('shipping_shippingmethod', 'code');
SELECT audit_watch(
    'shipping_shippingrate',
    $$SELECT code FROM shipping_shippingmethod WHERE id = ($1 ->> 'method_id')::uuid$$,
    parent => 'method_id'
);
SELECT audit_watch('shipping_zone', 'name');
SELECT audit_watch('shipping_carrier', 'code');
SELECT audit_watch('storefront_page', 'slug');
SELECT audit_watch('storefront_banner', 'title');
SELECT audit_watch('storefront_menuitem', 'label');

-- Parcels and purchases.
SELECT audit_watch(
    'shipping_shipment',
    'number',
    parent => 'order_id',
    ignored => 'is_gathered label metadata',
    secret => 'pickup_code',
    inserts => 'bare'
);
SELECT audit_watch('purchasing_supplier', 'name');
SELECT audit_watch(
    'purchasing_purchaseorder',
    'number',
    parent => 'supplier_id',
    ignored => 'subtotal tax',
    inserts => 'bare'
);
SELECT audit_watch(
    'purchasing_purchaseorderline',
    $$SELECT sku FROM catalog_variant WHERE id = ($1 ->> 'variant_id')::uuid$$,
    parent => 'purchase_order_id',
    ignored => 'received_quantity',
    inserts => 'bare'
);

-- Words of customers. What a complaint says never changes, and its answer is given once.
SELECT audit_watch(
    'complaints_complaint',
    'number',
    only_columns => 'answered_at answered_by_id',
    inserts => 'bare'
);
-- That customers change their words is written, never which.
SELECT audit_watch(
    'reviews_review',
    $$SELECT name FROM catalog_product WHERE id = ($1 ->> 'product_id')::uuid$$,
    parent => 'user_id',
    ignored => 'helpful_count told_at',
    secret => 'title comment',
    inserts => 'bare'
);
