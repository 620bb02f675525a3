/** What files are, told by how they begin. */
@NullMarked
package io.insightdesk.internal.files;

import org.jspecify.annotations.NullMarked;
