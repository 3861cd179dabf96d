"""The proposed overlay actions alone, as an overlay that applies as it stands."""

from scripts.contract.diff.review import Review


def render(review: Review) -> str:
    """Write the proposed actions of a review as YAML; nothing when there are none."""
    if not review.proposals:
        return ""
    import yaml

    written: str = yaml.safe_dump(
        {
            "overlay": "1.1.0",
            "info": {"title": "Proposed corrections", "version": "1.0.0"},
            "actions": list(review.proposals),
        },
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )
    return written
