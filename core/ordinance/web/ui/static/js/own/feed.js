// The one stream of this browser: a worker that all its pages share, so that six open pages do not use up its connections.
const ports = new Set();
let source = null;
let who = "";

function open() {
  source?.close();
  source = new EventSource("/feed");
  source.onmessage = (event) => {
    const told = JSON.parse(event.data);
    for (const port of ports) port.postMessage(told);
  };
  // The browser comes again by itself; only when it was turned away do we, and not soon.
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => ports.size && source.readyState === EventSource.CLOSED && open(), 30000);
  };
}

onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.bye) {
      ports.delete(port);
      if (ports.size) return;
      source?.close();
      source = null;
      return;
    }
    ports.add(port);
    if (source && source.readyState !== EventSource.CLOSED && data.who === who) return;
    who = data.who;
    open();
  };
};
