from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wecom", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="corp",
            name="verified_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="回调验证时间"),
        )
    ]
