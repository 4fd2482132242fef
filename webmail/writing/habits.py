"""How a person likes to write, in the terms of those who make messages."""

from accounts.models import User
from webmail.composing.quoting import Manner
from webmail.models import WritingHabits

Font, Size = WritingHabits.Font, WritingHabits.Size
FAMILIES = {
    Font.ARIAL: "Arial,Helvetica,sans-serif",
    Font.VERDANA: "Verdana,Geneva,sans-serif",
    Font.GEORGIA: "Georgia,serif",
    Font.TIMES: "Times New Roman,Times,serif",
    Font.COURIER: "Courier New,Courier,monospace",
}
SIZES = {Size.SMALL: "13px", Size.MEDIUM: "15px", Size.LARGE: "18px"}


def habits_of(person: User) -> WritingHabits:
    """What the person chose, or what nobody needs to choose."""
    return getattr(person, "writing_habits", None) or WritingHabits(person=person)


def manner_of(habits: WritingHabits) -> Manner:
    return Manner(
        is_rich=habits.is_rich,
        writes_below=habits.place == WritingHabits.Place.BELOW,
        language=habits.quote_language,
    )


def font_css(habits: WritingHabits) -> str:
    """CSS declarations for a whole message; "" leaves all to the reader's program."""
    family = f"font-family:{FAMILIES[Font(habits.font)]}" if habits.font else ""
    size = f"font-size:{SIZES[Size(habits.font_size)]}" if habits.font_size else ""
    return ";".join(filter(None, [family, size]))
