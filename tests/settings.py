"""Settings of the tests: quick hashes, cache in memory, tasks in place."""

import os
import tempfile

# A folder for each of several test processes: they must not find each other's files.
_folder = os.environ.get("VAR_DIR") or tempfile.mkdtemp(prefix="deputywork-tests-")
os.environ["VAR_DIR"] = os.path.join(_folder, os.environ.get("PYTEST_XDIST_WORKER", ""))

from deputywork.settings import *  # noqa: E402, F403

DEBUG = False
# Each test browser starts the whole chain; reading all static files there is for
# nothing, the live server brings its own way to them.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Never the broker's server: tests clear their cache, and with it would go the queue.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PUBLIC_FORM_SECONDS = 0  # tests answer as quickly as machines
if os.environ.get("REAL_WORKER"):
    # Set by tests/parts.py: a worker process must see the same rows.
    if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
        DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}  # noqa: F405
else:
    CELERY_TASK_ALWAYS_EAGER = True
    CELERY_TASK_EAGER_PROPAGATES = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
