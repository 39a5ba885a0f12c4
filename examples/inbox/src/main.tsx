// Where the page begins.
import { render } from 'preact';
import { begin } from './state/session';
import './style/base.css';
import './style/desk.css';
import './style/conversation.css';
import './style/menus.css';
import { App } from './ui/app';

const root = document.getElementById('app')!;
// A tab that has a token shows no field for one meanwhile.
void begin().then(() => render(<App />, root));
