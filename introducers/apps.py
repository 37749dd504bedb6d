from django.apps import AppConfig


class IntroducersConfig(AppConfig):
    name = "introducers"
