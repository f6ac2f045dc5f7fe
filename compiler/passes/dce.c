/* Leaves out what nothing needs.
 *
 * Does       drops every node from which no root is reached
 * Requires   nothing
 * Keeps      values of roots; the order of what stays
 * Example    %3 = exp(%2), without users   →   gone
 */
#include "passes/passes.h"
#include "passes/rebuild.h"

bool pass_dce(Graph *graph) {
    int before = graph->nodes.count;
    rebuild(graph, NULL, NULL);
    return graph->nodes.count < before;
}
