// The subpath for Google's Agent Development Kit. In come a governor and the tools of an agent; out goes a plugin that
// puts every tool call through the governor. Who is asking never comes from the model.

export {};
