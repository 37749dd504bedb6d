FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock requirements-uv.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
    && uv venv /venv \
    && uv pip install --no-cache --python /venv/bin/python --compile-bytecode --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data STATIC_ROOT=/app/staticfiles
WORKDIR /app
# What lays out the text of PDFs.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data verso \
    && mkdir /data /app/staticfiles \
    && chown verso:verso /data /app/staticfiles
COPY --from=build /venv /venv
COPY . .
USER verso
# The key signs nothing here: collecting files only needs the settings to load.
RUN SECRET_KEY=only-for-collecting-static-files-at-build DATABASE_URL=postgres://verso_app@nowhere/verso \
    python manage.py collectstatic --no-input --verbosity 0
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "config.web", "--host", "0.0.0.0"]
