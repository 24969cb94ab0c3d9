"""What the table of matters needs beside its columns: search index, result classes."""

from django.db import migrations

from common.search import index_bigrams

# The four classes most counties use; what each counts as is theirs to edit.
CLASSES = [
    (
        "A",
        "已经解决",
        "已经解决或基本解决，或以其他方式落实。",
        True,
        False,
        "已经解决",
    ),
    ("B", "正在解决", "正在解决，已经着手。", False, True, "正在做"),
    ("C", "列入计划", "列入计划，逐步解决。", False, True, "排进计划了"),
    (
        "D",
        "留作参考",
        "受条件限制，留作参考并说明。",
        False,
        False,
        "暂时做不到，已说明原因",
    ),
]


def add_classes(apps, schema_editor):
    model = apps.get_model("proposals", "ResultClass")
    for code, label, definition, solved, promise, plain in CLASSES:
        model.objects.get_or_create(
            code=code,
            defaults={
                "label": label,
                "definition": definition,
                "counts_as_solved": solved,
                "needs_commitment": promise,
                "plain_label": plain,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]
    operations = [
        migrations.RunPython(
            index_bigrams("proposals_proposal", "bigrams"), migrations.RunPython.noop
        ),
        migrations.RunPython(add_classes, migrations.RunPython.noop),
    ]
