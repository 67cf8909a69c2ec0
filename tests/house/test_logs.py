"""No text and no personal field reaches a log record, whichever way it is tried."""

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.db import connection, transaction

from jiefen.kernel.logs import NoPersonalFields
from jiefen.kernel.scope import scope

NAME, PHONE, ID = "兰秀英", "13800002061", "450399199001011234"
STORY = "我在柳河农贸市场改造工地贴瓷砖工头拖欠工资多次讨要无果请帮我要回来"


@pytest.fixture
def written():
    """A logger that writes as ours do, and what it wrote."""
    config = settings.LOGGING
    assert "no_personal" in config["handlers"]["stderr"]["filters"], "the configured handler lost its filter"
    assert config["root"]["handlers"] == ["stderr"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(config["formatters"]["line"]["format"]))
    handler.addFilter(NoPersonalFields())
    logger = logging.getLogger("jiefen.tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


def clean(stream: io.StringIO) -> str:
    text = stream.getvalue()
    for word in (PHONE, ID, STORY, STORY[:14]):
        assert word not in text, text
    return text


@pytest.mark.rules
@pytest.mark.parametrize(
    "say",
    [
        lambda log: log.error("电话 %s", PHONE),
        lambda log: log.error(f"证件 {ID} 电话{PHONE}"),
        lambda log: log.warning("%s", STORY),
        lambda log: log.warning({"text": STORY, "phone": PHONE}),
        lambda log: log.error("带空格 138 0000 2061 与 138-0000-2061"),
        lambda log: log.error("%(a)s", {"a": STORY}),
        lambda log: log.error(ValueError(STORY)),
        lambda log: log.error("全角１３８００００２０６１"),
    ],
)
def test_phones_ids_and_stories_are_covered(written, say):
    log, stream = written
    say(log)
    text = clean(stream)
    assert "138 0000 2061" not in text and "138-0000-2061" not in text and "１３８００００２０６１" not in text
    assert text.strip()


@pytest.mark.rules
def test_an_error_of_our_own_keeps_its_place_and_loses_its_words(written):
    log, stream = written
    try:
        raise ValueError(f"{NAME} {PHONE} {STORY}")
    except ValueError:
        log.exception("could not")
    text = clean(stream)
    assert NAME not in text
    assert "ValueError" in text and "test_logs.py" in text


@pytest.mark.rules
def test_an_error_caused_by_another_loses_the_words_of_both(written):
    log, stream = written
    try:
        try:
            raise KeyError(STORY)
        except KeyError as first:
            raise RuntimeError(PHONE) from first
    except RuntimeError:
        log.exception("could not")
    clean(stream)


def test_a_database_error_loses_the_row(db, written, county):
    log, stream = written
    try:
        with transaction.atomic(), scope("worker"), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_person (username, name, phone) VALUES (%s, %s, %s)", [STORY, NAME, PHONE]
            )
    except Exception:
        log.exception("could not")
    text = clean(stream)
    assert NAME not in text and "DETAIL" not in text
    assert "could not" in text


def test_the_work_of_taking_in_and_deciding_logs_nothing_of_it(db, county, caplog):
    with caplog.at_level(logging.DEBUG, logger="jiefen"):
        county.case(text=STORY, once_key="silent")
    assert all(word not in record.getMessage() for record in caplog.records for word in (STORY, PHONE, NAME))


def test_jobs_carry_numbers_and_no_words(db, county):
    county.case(text=STORY, once_key="job")
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        rows = [row[0] for row in cursor.fetchall()]
    assert rows and all(word not in row for row in rows for word in (STORY, PHONE, NAME, "兰"))


def test_nothing_personal_lies_in_clear_in_the_database(db, county):
    """Every text column of every table is searched for what Lan said and who she is."""
    from jiefen.cases.models import Case

    case = county.case(text=STORY, subject="讨薪兰秀英", once_key="clear")
    assert isinstance(case, Case)
    hits = []
    with scope("worker"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY', 'json')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ~ %s', [f"{NAME}|{PHONE}|{STORY[:12]}"]
            )
            if cursor.fetchone()[0]:
                hits.append(f"{table}.{column}")
    assert not hits, hits
