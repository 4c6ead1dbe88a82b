package io.github.owlprune.models.jinja;

import java.util.List;

/** Keys, values or items of a dict: they can be counted and iterated, but have no index. */
record View(String type, List<?> items) {}
