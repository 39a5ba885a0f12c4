// Puts ids from the answer of samples/ids.graphql into the samples' variables: "{{inbox.nodes.0.id}}" is a path into `data`.
// A path that leads nowhere (no token, an empty database) stays as it is, so that one sees what belongs there.
function fillVariables(variables, data) {
  return variables.replace(/\{\{([\w.]+)\}\}/g, (whole, path) => {
    const value = path.split('.').reduce((at, key) => at?.[key], data);
    return value === undefined || value === null ? whole : String(value);
  });
}
