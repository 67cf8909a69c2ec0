"""Talks with one side alone: lanes with their rows, what a side lets out of them; and a draft that somebody does not sign."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jiefen.kernel.sqlfile import run_file


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0011_why_read'),
        ('kernel', '0002_eyes'),
        ('mediation', '0003_consent_refused'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='JointNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('entry', models.UUIDField(unique=True)),
                ('party', models.CharField(max_length=8)),
                ('kind', models.CharField(choices=[('opened', '开始单独谈'), ('said', '说的话'), ('offer', '提出的数'), ('concession', '愿意让的'), ('correction', '更正'), ('agreed', '同意交给新的调解员'), ('released', '同意公开')], max_length=10)),
                ('said', models.BinaryField()),
                ('how', models.CharField(choices=[('code', '本人凭码'), ('paper', '书面'), ('window', '当面')], max_length=6)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='Lane',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('opened_at', models.DateTimeField()),
                ('entries', models.PositiveIntegerField(default=0)),
                ('head', models.BinaryField(default=bytes)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.sealkey')),
                ('mediator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('party', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.party')),
            ],
        ),
        migrations.CreateModel(
            name='Declined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('how', models.CharField(choices=[('code', '本人凭码'), ('paper', '书面'), ('window', '当面')], max_length=6)),
                ('words', models.BinaryField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declined', to='mediation.agreement')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agreement', 'who'), name='declined_once')],
            },
        ),
        migrations.CreateModel(
            name='LaneEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('seq', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('opened', '开始单独谈'), ('said', '说的话'), ('offer', '提出的数'), ('concession', '愿意让的'), ('correction', '更正'), ('agreed', '同意交给新的调解员'), ('released', '同意公开')], max_length=10)),
                ('part', models.CharField(choices=[('mediator', '调解员'), ('typist', '代为记下'), ('self', '本人')], max_length=8)),
                ('about', models.PositiveIntegerField(null=True)),
                ('how', models.CharField(blank=True, choices=[('code', '本人凭码'), ('paper', '书面'), ('window', '当面')], max_length=6)),
                ('said', models.BinaryField(null=True)),
                ('paper', models.BinaryField(null=True)),
                ('once', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('prev_hash', models.BinaryField()),
                ('hash', models.BinaryField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lane', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='mediation.lane')),
                ('mediator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('lane', 'seq'), name='lane_seq'), models.UniqueConstraint(fields=('lane', 'once'), name='lane_once')],
            },
        ),
        migrations.CreateModel(
            name='LaneTypist',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('lane', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='typists', to='mediation.lane')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'person'), name='lane_typist_one_side')],
            },
        ),
        run_file(__file__, "lanes.v1.sql"),
    ]
