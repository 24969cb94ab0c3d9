import datetime as dt

import factory
from factory.django import DjangoModelFactory

from accounts.models import Grant, User

PASSWORD = "Correct-Horse-9"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"用户{n}")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or PASSWORD)
        self.save(update_fields=["password"])


def person(name: str, role: str = "", **place) -> User:
    """A user who holds one role since 2020; `place` is area, station or unit."""
    user = UserFactory(name=name)
    if role:
        Grant.objects.create(
            user=user, role=role, starts_on=dt.date(2020, 1, 1), **place
        )
    return user
