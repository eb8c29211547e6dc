# syntax=docker/dockerfile:1

FROM python:3.11-slim-bookworm AS build
ENV PYTHONDONTWRITEBYTECODE=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /app
RUN pip install --no-cache-dir uv==0.13.8
COPY pyproject.toml uv.lock LICENSE ./
# `backup` brings pg_dump and pg_restore of the right version; servers run elsewhere.
RUN uv sync --frozen --no-dev --extra s3 --extra backup --extra otel
COPY . .
# The addresses are never called here: settings only insist that they are there.
RUN .venv/bin/python -m config.translations \
    && SECRET_KEY=only-while-building DEBUG=0 ALLOWED_HOSTS=localhost \
       DATABASE_URL=postgres://build@localhost/build \
       REDIS_URL=redis://localhost/0 \
       MONGODB_URL=mongodb://localhost/build \
       .venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Vitrina" \
      org.opencontainers.image.description="A web store for small and medium shops" \
      org.opencontainers.image.licenses="MIT"
# Where files lie: docker-compose.yml mounts volumes there, and the proxy hands out the first.
ENV PATH=/app/.venv/bin:$PATH \
    MEDIA_ROOT=/app/media \
    PRIVATE_ROOT=/app/.data/private \
    MAIL_ROOT=/app/.data/mail \
    GRANIAN_WORKERS=2 \
    MALLOC_ARENA_MAX=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin vitrina \
    && install --directory --owner vitrina --group vitrina /app /app/media /app/.data /app/backups
WORKDIR /app
COPY --from=build /app /app
USER vitrina
VOLUME ["/app/media", "/app/.data", "/app/backups"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-m", "config.health"]
CMD ["python", "-m", "config.web", "config.asgi:application", "--interface", "asginl", \
     "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--respawn-failed-workers", \
     "--workers-kill-timeout", "5s", "--log-level", "warning"]
