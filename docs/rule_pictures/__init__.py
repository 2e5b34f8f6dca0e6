"""Pictures of the rules for docs/planning.md, made from the technopark example: ``python -m docs.rule_pictures``.

Belongs to no layer of the house and is not shipped: it reads plans through ``scheduler`` and draws them.
"""
