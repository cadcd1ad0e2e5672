"""The six elements: rubrics, assessments, their influence graph, and the bridge to contests."""
