"""Money is counted in fen, the hundredth of the ledger currency, as integers."""

from decimal import ROUND_HALF_EVEN, Decimal


def fen_from_yuan(yuan: Decimal | int | str) -> int:
    """Yuan to fen; a fraction of a fen is rounded half to even.

    Binary floats are not taken: 0.615 as a float is not the amount on the bill.

    >>> fen_from_yuan("1234.50")
    123450
    """
    return int((Decimal(yuan) * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def yuan_from_fen(fen: int) -> Decimal:
    """Fen to yuan, exact.

    >>> yuan_from_fen(123450)
    Decimal('1234.50')
    """
    return Decimal(fen).scaleb(-2)


def yuan_text(fen: int) -> str:
    """An amount for people: thousands grouped, no decimals when they are nought.

    >>> yuan_text(10800), yuan_text(123456789), yuan_text(-50)
    ('108', '1,234,567.89', '-0.50')
    """
    yuan = yuan_from_fen(fen)
    return f"{yuan:,.0f}" if fen % 100 == 0 else f"{yuan:,.2f}"
